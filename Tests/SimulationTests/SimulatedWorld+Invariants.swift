import DequeModule
import KernelProtocol

@testable import Broker

/// What must hold after every input.
extension SimulatedWorld {
  mutating func checkInvariants() {
    var queued: [FrameKey: Int] = [:]
    for (name, plugin) in broker.plugins {
      for entry in plugin.mailbox.queue { queued[entry.key, default: 0] += 1 }
      for entry in plugin.mailbox.queue where broker.frames[entry.key]?.phase != .waiting {
        failures.append("\(entry.key) is queued in \(name), and not waiting")
      }
      for key in plugin.mailbox.open {
        let phase = broker.frames[key]?.phase
        guard phase == nil || phase == .waiting else { continue }
        failures.append("\(key) has a place in \(name), and is \(phase.map { "\($0)" } ?? "gone")")
      }
    }
    for frame in broker.frames.values { check(frame, timesQueued: queued[frame.key] ?? 0) }
    for name in ["a", "b"] {
      guard let holder = broker.locks.holder(of: name), broker.frames[holder] == nil else {
        continue
      }
      failures.append("\(name) is locked by \(holder), which is gone")
    }
  }

  /// What is left when everything has come to rest.
  var leftovers: [String] {
    let buried = broker.queuedDeadLetters.compactMap { entry in
      (try? JSONParser().parse(entry.letter.occurrence.content))?["job"]?.intValue
        .map { (number: $0, plugin: entry.letter.plugin) }
    }
    let lines = broker.lines.map {
      "the line of \($0.key.plugin) is not empty: \($0.value.waiting)"
    }
    let emits = broker.emissions.keys.sorted().map { "emit \($0) is not answered" }
    return jobs.lost(buried: buried) + lostNews + lines + emits
  }

  /// A frame is in exactly one of: a mailbox's queue, running, abandoned.
  private mutating func check(_ frame: Frame, timesQueued queued: Int) {
    let isQueued = frame.phase == .waiting && (frame.caller != nil || frame.grantRequest != nil)
    if queued != (isQueued ? 1 : 0) {
      failures.append("\(frame.key) is \(frame.phase), and \(queued) times in a queue")
    }
    let kernel = broker.connections[frame.key.connection]
    // What waits for a kernel that is being launched is entered with it when it comes.
    let waitsForLaunch = kernel == nil && frame.phase == .waiting
    if !waitsForLaunch, kernel?.frames.contains(frame.key) != true {
      failures.append("\(frame.key) is not among those of its kernel")
    }
    for child in frame.outgoing {
      let isOpen = broker.frames[child].map { $0.phase != .abandoned && $0.parent == frame.key }
      if isOpen != true { failures.append("\(frame.key) waits for \(child), which is settled") }
    }
    guard frame.phase != .abandoned, let caller = frame.caller,
      broker.connections[caller.connection]?.calls[caller.messageID] != frame.key
    else { return }
    failures.append("\(frame.key) is not among the calls of \(caller.connection)")
  }
}
