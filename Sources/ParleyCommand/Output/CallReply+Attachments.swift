import Foundation
import Parley

extension CallReply {
  /// The value, with each binary value as `{"base64": "…"}` in its place.
  var valueWithAttachments: JSONValue {
    attachments.reduce(value) { value, attachment in
      let text = Data(attachment.bytes.bytes).base64EncodedString()
      return value.replacing(attachment.path[...], by: ["base64": .string(text)])
    }
  }
}

extension JSONValue {
  /// The same value with another one at a path; unchanged when the path leads nowhere.
  fileprivate func replacing(_ path: ArraySlice<JSONValue>, by new: JSONValue) -> JSONValue {
    guard let step = path.first else { return new }
    let rest = path.dropFirst()
    if let key = step.stringValue, var object = objectValue, let child = object[key] {
      object[key] = child.replacing(rest, by: new)
      return .object(object)
    }
    if let index = step.intValue, var array = arrayValue, array.indices.contains(index) {
      array[index] = array[index].replacing(rest, by: new)
      return .array(array)
    }
    return self
  }
}
