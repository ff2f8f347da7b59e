/// A language that types can be written in.
public enum TypeLanguage: String, CaseIterable, Sendable {
  case python, ruby, node, lua, perl, swift

  /// The text of a file with all types of the model.
  public func render(_ model: TypeModel) -> String {
    switch self {
    case .python: PythonTypes(model: model).text
    case .ruby: RubyTypes(model: model).text
    case .node: NodeTypes(model: model).text
    case .lua: LuaTypes(model: model).text
    case .perl: PerlTypes(model: model).text
    case .swift: SwiftTypes(model: model).text
    }
  }

  /// What the file is best called, because the language or its tools look for it by that name.
  public var fileName: String {
    switch self {
    case .python: "parley_types.py"
    case .ruby: "parley_types.rbs"
    case .node: "parley_types.d.ts"
    case .lua: "parley_types.lua"
    case .perl: "ParleyTypes.pm"
    case .swift: "ParleyTypes.swift"
    }
  }
}
