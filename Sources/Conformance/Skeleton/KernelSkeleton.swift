import Foundation
import KernelManagement
import Parley

/// The folder from which a kernel for a new language is begun: its kernelspec, the way to go, and a snippet to be written for
/// each role of the suite.
public struct KernelSkeleton: Sendable {
  /// What differs from language to language.
  public struct Language: Sendable {
    /// The command that runs a program of the language.
    let interpreter: String
    /// The ending of its files, with the dot.
    let ending: String
    /// What begins a comment that goes on to the end of the line.
    let comment: String

    /// A language; an ending without its dot is given one.
    public init(interpreter: String, ending: String, comment: String) {
      self.interpreter = interpreter
      self.ending = ending.hasPrefix(".") ? ending : "." + ending
      self.comment = comment
    }
  }

  private let name: String
  private let language: Language
  private let tables: ConformanceTables
  private let template: FolderTemplate

  /// The skeleton of a kernel.
  ///
  /// - Throws: a sentence about a name that cannot be used or is taken, or ``TableError`` for what is not installed.
  public init(name: String, language: Language, environment: [String: String]) throws {
    try Self.check(name)
    let files = try InstalledFiles.find(environment: environment)
    let catalog = KernelSpecFinder(explicit: [files.kernels], environment: environment).catalog()
    if let taken = catalog.specs.first(where: { $0.name == name }) {
      throw OutcomeError(
        .unavailable, "There is a kernel \(name) already, in \(taken.folder): choose another name.")
    }
    guard let specs = environment["PARLEY_SPECS"] ?? files.specs else {
      throw TableError(place: "specs", message: "the specifications are not installed")
    }
    tables = try ConformanceTables(specs: specs)
    template = FolderTemplate(
      folder: specs + "/kernel-template",
      words: [
        "kernel": name, "interpreter": language.interpreter, "ending": language.ending,
        "comment": language.comment, "specs": specs,
      ])
    self.name = name
    self.language = language
  }

  /// Writes the files into a new folder named as the kernel.
  ///
  /// - Returns: the paths written, relative to `parent`.
  /// - Throws: when the folder is there already, or cannot be written.
  public func write(into parent: String) throws -> [String] {
    let folder = parent + "/" + name
    var paths = try template.write(to: folder)
    for (role, about) in tables.roles.sorted(by: { $0.key < $1.key }) {
      let path = "conformance/\(role)\(language.ending)"
      try text(of: role, about).write(
        toFile: folder + "/" + path, atomically: true, encoding: .utf8)
      paths.append(path)
    }
    return paths.sorted().map { name + "/" + $0 }
  }

  /// A snippet to be written: what its plugin does, and a place for each method.
  private func text(of role: String, _ about: Role) -> String {
    var paragraphs = [[about.about]]
    for pattern in about.emits { paragraphs.append(["It owns the event __plugin__:\(pattern)."]) }
    for method in about.provides {
      paragraphs.append([
        "__plugin__.\(method.key)", "  " + (method.value["about"]?.stringValue ?? ""),
      ])
    }
    return paragraphs.map { lines in
      lines.map { "\(language.comment) \($0)\n" }.joined()
    }.joined(separator: "\n")
  }

  /// Jupyter allows these names for a kernelspec's folder.
  private static func check(_ name: String) throws {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 64 else {
      throw OutcomeError(
        .invalidPayload,
        "\"\(name)\" cannot be a kernel's name: it is at most 64 letters, digits, \"-\", \"_\" and "
          + "\".\", and does not begin with a dot.")
    }
  }
}
