import Foundation
import KernelManagement
import KernelProtocol

/// What a kernel brings to the suite: one file of its language for each role, and `language.json`.
struct Snippets: Sendable {
  /// Where they are; nil when there are none.
  let folder: String?
  /// The ending of the language's files, with the dot.
  let ending: String
  /// What the language cannot do, by the word that cases use in `needs`, and why.
  let lacks: [String: String]
  /// Code for kernels without a plugin, by name: `code` and what to expect.
  let cells: JSONObject
  /// The traps of the role of that name: `name`, and a pattern of what `catch` tells is `expected`.
  let traps: [JSONValue]

  /// Finds the snippets of a kernel: in the suite's own folder, else in the kernel's.
  init(of spec: KernelSpec, in suite: String) throws(TableError) {
    let places = ["\(suite)/kernels/\(spec.name)", "\(spec.folder)/conformance"]
    folder = places.first { FileManager.default.fileExists(atPath: $0 + "/language.json") }
    ending = spec.shim?.extensions.first ?? ""
    guard let folder else {
      (lacks, cells, traps) = ([:], [:], [])
      return
    }
    let path = folder + "/language.json"
    let table = try TableObject(
      try TableFile.read(path), at: path, keys: ["about", "lacks", "cells", "traps"])
    lacks = Dictionary(
      uniqueKeysWithValues: try table.members("lacks").map { ($0.key, $0.value.stringValue ?? "") })
    cells = try table.members("cells")
    traps = try table.members("traps").map(Self.trap)
  }

  /// A trap in which a call works is `true`; of others the parts of the error's message are given.
  private static func trap(_ member: JSONObject.Element) -> JSONValue {
    let name = JSONValue.string(member.key)
    let works: JSONValue = ["kind": "ok", "value": name]
    let fails: JSONValue = [
      "$fields": ["kind": "handler_error", "message": ["$contains": member.value]]
    ]
    return ["name": name, "expected": member.value == true ? works : fails]
  }

  /// The text of a role's file with the plugin's name in place of `__plugin__`.
  func source(of role: String, for plugin: String) throws(TableError) -> String {
    let path = "\(folder ?? "")/\(role)\(ending)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TableError(place: path, message: "the snippet of the role \"\(role)\" is missing")
    }
    return String(decoding: data, as: UTF8.self).replacing("__plugin__", with: plugin)
  }
}
