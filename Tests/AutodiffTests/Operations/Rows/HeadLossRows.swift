import Autodiff
import TestSupport

/// headLoss: every divergence alone and mixed, with every kind of teacher, with rows masked.
enum HeadLossRows {
  static var cases: [OperationCase] { plain + hidden + topK }

  /// Every term of a mix, alone.
  static let terms: [(name: String, mix: LossMix)] = [
    ("crossEntropy", \.crossEntropy), ("forwardKL", \.forwardKL), ("reverseKL", \.reverseKL),
    ("jensenShannon", \.jensenShannon), ("totalVariation", \.totalVariation), ("lkAlpha", \.lkAlpha),
    ("lkHybrid", \.lkHybrid), ("topKCrossEntropy", \.topKCrossEntropy),
  ].map { (name: String, path: WritableKeyPath<LossMix, Float>) in
    var mix = LossMix()
    mix[keyPath: path] = 1
    mix.topKCount = 2
    return (name, mix)
  }

  /// All terms at once with weights of their own.
  static func mixed(temperatures: Bool) -> LossMix {
    var mix = LossMix()
    (mix.crossEntropy, mix.forwardKL, mix.reverseKL, mix.jensenShannon) = (0.3, 0.7, 0.2, 0.9)
    (mix.totalVariation, mix.lkAlpha, mix.lkHybrid, mix.topKCrossEntropy) = (1.1, 0.4, 0.6, 0.8)
    (mix.jensenShannonBeta, mix.lkEta, mix.topKCount) = (0.2, 1.5, 4)
    if temperatures { (mix.studentTemperature, mix.teacherTemperature) = (1.7, 0.6) }
    return mix
  }

  static func jensenShannon(beta: Float) -> LossMix {
    var mix = LossMix()
    (mix.jensenShannon, mix.jensenShannonBeta) = (1, beta)
    return mix
  }

  /// HASS's loss between distributions, but for its weights, at temperature 1.
  static func hass(topKCount: Int) -> LossMix {
    var mix = LossMix()
    (mix.crossEntropy, mix.forwardKL, mix.topKCrossEntropy, mix.topKCount) = (0.3, 0.1, 0.9, topKCount)
    return mix
  }

  private static let labels: [Int32] = [2, -1, 6, 0]
  private static let small = HeadLossSize(width: 3, vocabulary: 7)

  private static var plain: [OperationCase] {
    [
      HeadLossCase(title: "no rows", size: small, labels: []).row,
      HeadLossCase(title: "one of one", size: .init(width: 1, vocabulary: 1), labels: [0]).row,
      HeadLossCase(title: "some masked", size: small, labels: labels).row,
      HeadLossCase(title: "all masked", size: small, labels: [-1, -100, -1]).row,
      HeadLossCase(title: "nothing masked", size: .init(width: 13, vocabulary: 24), labels: [3, 23, 0]).row,
      HeadLossCase(
        title: "several chunks", size: .init(width: 3, vocabulary: 5),
        labels: (0..<4700).map { $0 % 13 == 0 ? -1 : Int32($0 % 5) }
      ).row,
      HeadLossCase(
        title: "large", size: .init(width: 33, vocabulary: 1003),
        labels: (0..<70).map { $0 % 5 == 1 ? -1 : Int32($0 * 13 % 1003) }
      ).row,
    ]
  }

  private static var hidden: [OperationCase] {
    let teacher = HeadTeacher.hidden(width: 4)
    var rows = terms.map {
      HeadLossCase(title: "hidden \($0.name)", size: small, labels: labels, teacher: teacher, mix: $0.mix).row
    }
    rows += [
      HeadLossCase(
        title: "hidden mixed", size: small, labels: labels, teacher: teacher, mix: mixed(temperatures: false)),
      HeadLossCase(
        title: "hidden mixed with temperatures", size: small, labels: labels, teacher: teacher,
        mix: mixed(temperatures: true)),
      HeadLossCase(
        title: "hidden jensenShannon 0.1", size: small, labels: labels, teacher: teacher,
        mix: jensenShannon(beta: 0.1)),
      HeadLossCase(
        title: "hidden jensenShannon 0.9", size: small, labels: labels, teacher: teacher,
        mix: jensenShannon(beta: 0.9)),
      HeadLossCase(
        title: "hidden HASS", size: small, labels: labels, teacher: teacher, mix: hass(topKCount: 3)),
      HeadLossCase(
        title: "hidden HASS over all", size: small, labels: labels, teacher: teacher, mix: hass(topKCount: 10)
      ),
      HeadLossCase(
        title: "hidden HASS large", size: .init(width: 17, vocabulary: 301),
        labels: (0..<70).map { $0 % 3 == 0 ? -1 : Int32($0) }, teacher: .hidden(width: 29),
        mix: hass(topKCount: 100)),
      HeadLossCase(
        title: "hidden all masked", size: small, labels: [-1, -1], teacher: teacher,
        mix: mixed(temperatures: false)),
      HeadLossCase(
        title: "hidden no rows", size: small, labels: [], teacher: teacher, mix: mixed(temperatures: false)),
      HeadLossCase(
        title: "hidden large", size: .init(width: 17, vocabulary: 301),
        labels: (0..<70).map { $0 % 3 == 0 ? -1 : Int32($0) }, teacher: .hidden(width: 29),
        mix: mixed(temperatures: true)),
    ].map(\.row)
    return rows
  }

  private static var topK: [OperationCase] {
    var rows: [OperationCase] = []
    for tail in TailPolicy.allCases {
      rows += terms.map {
        HeadLossCase(
          title: "top-3 \(tail.rawValue) \($0.name)", size: small, labels: labels,
          teacher: .topK(3, tail: tail), mix: $0.mix
        ).row
      }
      rows += [
        HeadLossCase(
          title: "top-3 \(tail.rawValue) mixed", size: small, labels: labels, teacher: .topK(3, tail: tail),
          mix: mixed(temperatures: false)),
        HeadLossCase(
          title: "top-3 \(tail.rawValue) HASS", size: small, labels: labels, teacher: .topK(3, tail: tail),
          mix: hass(topKCount: 2)),
        HeadLossCase(
          title: "top-5 \(tail.rawValue) with rows that end early", size: small, labels: labels,
          teacher: .topK(5, tail: tail), mix: mixed(temperatures: false), endsEarly: true),
        HeadLossCase(
          title: "top-1 \(tail.rawValue)", size: small, labels: labels, teacher: .topK(1, tail: tail),
          mix: mixed(temperatures: false)),
        HeadLossCase(
          title: "top-3 \(tail.rawValue) all masked", size: small, labels: [-1, -1],
          teacher: .topK(3, tail: tail), mix: mixed(temperatures: false)),
        HeadLossCase(
          title: "top-32 \(tail.rawValue) HASS large", size: .init(width: 17, vocabulary: 301),
          labels: (0..<70).map { $0 % 3 == 0 ? -1 : Int32($0) }, teacher: .topK(32, tail: tail),
          mix: hass(topKCount: 10)),
        HeadLossCase(
          title: "top-32 \(tail.rawValue) large", size: .init(width: 17, vocabulary: 301),
          labels: (0..<70).map { $0 % 3 == 0 ? -1 : Int32($0) }, teacher: .topK(32, tail: tail),
          mix: mixed(temperatures: false)),
      ].map(\.row)
    }
    return rows
  }
}
