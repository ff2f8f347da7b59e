import Foundation

/// One line of the example's file, read by other code than the example's.
struct WeatherReading {
  /// `2012-01-01`
  let date: String
  let measures: [String: Double]
  let weather: String

  var month: Int { Int(date.dropFirst(5).prefix(2)) ?? 0 }

  /// A measure; NaN, which equals nothing, when the file has none of that name.
  subscript(_ measure: String) -> Double { measures[measure] ?? .nan }

  static func all(in folder: String) throws -> [WeatherReading] {
    let text = try String(contentsOfFile: folder + "/data/seattle-weather.csv", encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",").map(String.init)
      let names = ["precipitation", "temp_max", "temp_min", "wind"]
      let pairs = zip(names, fields.dropFirst().compactMap(Double.init))
      return WeatherReading(
        date: fields[0].replacingOccurrences(of: "/", with: "-"),
        measures: Dictionary(uniqueKeysWithValues: pairs), weather: fields[5])
    }
  }

  /// The days whose highest temperature is 2.5 standard deviations or more from their month's mean.
  static func anomalies(among readings: [WeatherReading]) -> [String] {
    let months = Dictionary(grouping: readings, by: \.month)
    return readings.filter { isUnusual($0, among: months[$0.month] ?? []) }.map(\.date)
  }

  /// The same of days as they come in: each against those of its month so far, once there are 56.
  static func anomaliesAsTheyCome(among readings: [WeatherReading]) -> [String] {
    var months: [Int: [WeatherReading]] = [:]
    return readings.filter { day in
      let past = months[day.month, default: []]
      months[day.month, default: []].append(day)
      return past.count >= 56 && isUnusual(day, among: past)
    }.map(\.date)
  }

  private static func isUnusual(_ day: WeatherReading, among others: [WeatherReading]) -> Bool {
    let highs = others.map { $0["temp_max"] }
    let mean = highs.reduce(0, +) / Double(highs.count)
    let squares = highs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(highs.count - 1)).squareRoot()
    return abs(day["temp_max"] - mean) >= 2.5 * deviation
  }
}
