"""Event file bytes as the tensorboard package writes them, for Tests/TrainingTests/Observers/TensorBoardLogTests.

usage: tensorboard_events.py > tensorboard_events.txt      (one record per line, in hexadecimal)
"""
import io
import struct

import google.protobuf
import tensorboard
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


class Buffer(io.BytesIO):
    def close(self):
        pass


def record(event):
    buffer = Buffer()
    RecordWriter(buffer).write(event.SerializeToString())
    return buffer.getvalue().hex()


def scalars(step, pairs):
    values = [Summary.Value(tag=tag, simple_value=value) for tag, value in pairs]
    return Event(wall_time=1700000000.25, step=step, summary=Summary(value=values))


print(f"# tensorboard {tensorboard.__version__}, protobuf {google.protobuf.__version__}")
print(record(Event(wall_time=1700000000.25, file_version="brain.Event:2")))
print(record(Event(wall_time=1700000000.25, step=41, session_log=SessionLog(status=SessionLog.START))))
print(record(scalars(300, [("eval/stories/tau", 2.5), ("eval/stories/acceptance_rate", 0.375),
                           ("eval/stories/speedup", 1.25)])))
