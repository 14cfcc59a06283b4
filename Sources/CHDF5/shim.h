// libhdf5 for Swift: macros do not import, so each that we need is a small function here. Nothing is decided here.
#pragma once
#include <hdf5.h>
#include <string.h>

// Call once, before anything else of HDF5's. Without an exit handler the library cannot crash in it after a full
// disk; without plugins and external links a file cannot make it run code or open other files.
static inline int pacer_h5_prepare(void) {
  if (H5dont_atexit() < 0 || H5open() < 0) return -1;
  if (H5PLset_loading_state(0) < 0) return -1;
  return H5Lunregister(H5L_TYPE_EXTERNAL) < 0 ? -1 : 0;
}

// The setting belongs to the calling thread.
static inline void pacer_h5_be_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

struct pacer_h5_text { char *buffer; size_t size; };

static inline herr_t pacer_h5_collect(unsigned n, const H5E_error2_t *error, void *data) {
  struct pacer_h5_text *text = (struct pacer_h5_text *)data;
  if (error->desc && n < 2) {
    size_t used = strlen(text->buffer);
    if (used > 0 && used + 3 < text->size) strcat(text->buffer, "; "), used += 2;
    strncat(text->buffer, error->desc, text->size - used - 1);
  }
  return 0;
}

// The two innermost complaints of this thread's error stack; buffer: [size], size > 0.
static inline void pacer_h5_error_text(char *buffer, size_t size) {
  struct pacer_h5_text text = {buffer, size};
  buffer[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, pacer_h5_collect, &text);
  H5Eclear2(H5E_DEFAULT);
}

static inline hid_t pacer_h5_file_access(void) { return H5Pcreate(H5P_FILE_ACCESS); }
static inline hid_t pacer_h5_file_creation(void) { return H5Pcreate(H5P_FILE_CREATE); }
static inline hid_t pacer_h5_group_creation(void) { return H5Pcreate(H5P_GROUP_CREATE); }
static inline hid_t pacer_h5_dataset_creation(void) { return H5Pcreate(H5P_DATASET_CREATE); }
static inline unsigned pacer_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned pacer_h5_exclusive(void) { return H5F_ACC_EXCL; }

// Bounds (1.10, 1.10): metadata carries checksums, and every libhdf5 from 1.10 on reads the file.
static inline int pacer_h5_set_bounds(hid_t list) {
#if H5_VERSION_GE(1, 10, 2)
  return H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110);
#else
  return H5Pset_libver_bounds(list, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
#endif
}

// The library's own lock (flock) is inherited by child processes and fails on some network disks; files are only
// ever written under temporary names, so nothing needs it.
static inline int pacer_h5_leave_unlocked(hid_t list) {
#if H5_VERSION_GE(1, 10, 7)
  return H5Pset_file_locking(list, 0, 1);
#else
  return list < 0 ? -1 : 0;
#endif
}

static inline hid_t pacer_h5_f32(void) { return H5T_IEEE_F32LE; }
static inline hid_t pacer_h5_f64(void) { return H5T_IEEE_F64LE; }
static inline hid_t pacer_h5_i8(void) { return H5T_STD_I8LE; }
static inline hid_t pacer_h5_u8(void) { return H5T_STD_U8LE; }
static inline hid_t pacer_h5_u16(void) { return H5T_STD_U16LE; }
static inline hid_t pacer_h5_i32(void) { return H5T_STD_I32LE; }
static inline hid_t pacer_h5_u32(void) { return H5T_STD_U32LE; }
static inline hid_t pacer_h5_i64(void) { return H5T_STD_I64LE; }
static inline hid_t pacer_h5_u64(void) { return H5T_STD_U64LE; }

// IEEE half precision, spelled as h5py spells it. The caller closes it.
static inline hid_t pacer_h5_make_f16(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

// UTF-8 text of `size` bytes, padded with zeros. The caller closes it.
static inline hid_t pacer_h5_make_string(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_cset(type, H5T_CSET_UTF8);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  return type;
}

// 0: a hard link, 1: a symbolic one, 2: anything else, negative: no such link.
static inline int pacer_h5_link_kind(hid_t place, const char *name) {
#if H5_VERSION_GE(1, 12, 0)
  H5L_info2_t info;
  if (H5Lget_info2(place, name, &info, H5P_DEFAULT) < 0) return -1;
#else
  H5L_info_t info;
  if (H5Lget_info(place, name, &info, H5P_DEFAULT) < 0) return -1;
#endif
  return info.type == H5L_TYPE_HARD ? 0 : info.type == H5L_TYPE_SOFT ? 1 : 2;
}

// 0: a group, 1: a dataset, 2: anything else, negative: cannot be told.
static inline int pacer_h5_object_kind(hid_t place, const char *name) {
  hid_t object = H5Oopen(place, name, H5P_DEFAULT);
  if (object < 0) return -1;
  H5I_type_t type = H5Iget_type(object);
  H5Oclose(object);
  return type == H5I_GROUP ? 0 : type == H5I_DATASET ? 1 : 2;
}

// The name of link number `index` in ascending order; returns its length, negative when there is none.
static inline ssize_t pacer_h5_link_name(hid_t group, hsize_t index, char *buffer, size_t size) {
  return H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size, H5P_DEFAULT);
}
