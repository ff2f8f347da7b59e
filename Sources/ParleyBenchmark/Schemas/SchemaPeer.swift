import Foundation

/// What a user of another language would validate with, run in its own interpreter.
///
/// The program gets the files of the schema and of the payload and a number of seconds; it prints
/// how many validations it makes in a second of the processor's time: from the bytes, and of a value that is read already.
struct SchemaPeer {
  let name: String
  let arguments: [String]
  /// What to install when it does not run.
  let package: String
  /// How many times as quick Parley is to be, both from bytes.
  let target: Double

  struct Rates {
    let fromBytes: Double
    let ofValue: Double
  }

  static let all = [
    SchemaPeer(
      name: "jsonschema (Python)", arguments: ["python3", "-c", python],
      package: "python3-jsonschema", target: 30),
    SchemaPeer(
      name: "ajv (Node.js)", arguments: ["node", "-e", node], package: "node-ajv", target: 1),
  ]

  /// nil when the program or its library is not there.
  func measure(schema: String, payload: String, seconds: Double) throws -> Rates? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments + [schema, payload, "\(seconds)"]
    // Where Debian puts the libraries of Node.js.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["NODE_PATH": "/usr/share/nodejs"]
    ) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let rates = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard process.terminationStatus == 0, rates.count == 2 else { return nil }
    return Rates(fromBytes: rates[0], ofValue: rates[1])
  }

  private static let python = """
    import json, sys, time
    from jsonschema import Draft7Validator
    schema, payload, seconds = sys.argv[1:]
    validator = Draft7Validator(json.load(open(schema)))
    data = open(payload, "rb").read()
    value = json.loads(data)
    assert validator.is_valid(value) and not validator.is_valid({})
    def rate(work):
        end = time.process_time() + float(seconds)
        count, start = 0, time.process_time()
        while time.process_time() < end:
            for _ in range(20):
                work()
            count += 20
        return count / (time.process_time() - start)
    print(rate(lambda: validator.is_valid(json.loads(data))), rate(lambda: validator.is_valid(value)))
    """

  private static let node = """
    const fs = require("fs"), Ajv = require("ajv");
    const [schema, payload, seconds] = process.argv.slice(1);
    const validate = new Ajv().compile(JSON.parse(fs.readFileSync(schema)));
    const data = fs.readFileSync(payload), value = JSON.parse(data);
    if (!validate(value) || validate({})) process.exit(1);
    function rate(work) {
      for (let i = 0; i < 20000; i++) work();
      // Of the processor, not of the clock on the wall: other programs may be busy.
      const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
      const start = used();
      let count = 0;
      while (used() < start + Number(seconds)) {
        for (let i = 0; i < 500; i++) work();
        count += 500;
      }
      return count / (used() - start);
    }
    console.log(rate(() => validate(JSON.parse(data))), rate(() => validate(value)));
    """
}
