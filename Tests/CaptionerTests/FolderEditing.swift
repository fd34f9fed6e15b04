import Foundation
import Testing

// Changes to copies of checkpoint folders.

func remove(_ name: String, in folder: URL) throws {
    try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
}

func write(_ text: String, to name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
}

/// A JSON object whose fields, and those of the objects in it, can be set.
struct JSONObject {
    var fields: [String: Any]

    subscript(_ key: String) -> Any? {
        get { fields[key] }
        set { fields[key] = newValue }
    }

    subscript(_ block: String, _ key: String) -> Any? {
        get { (fields[block] as? [String: Any])?[key] }
        set {
            var inner = fields[block] as? [String: Any] ?? [:]
            inner[key] = newValue
            fields[block] = inner
        }
    }
}

func edit(_ name: String, in folder: URL, _ change: (inout JSONObject) -> Void) throws {
    let file = folder.appendingPathComponent(name)
    let fields = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var object = JSONObject(fields: fields)
    change(&object)
    try JSONSerialization.data(withJSONObject: object.fields).write(to: file)
}
