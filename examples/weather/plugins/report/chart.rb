# frozen_string_literal: true

# The report's charts, as SVG that takes its colours from the page. Coordinates are of the viewBox; y grows downwards.
class Chart
  MONTHS = %w[Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec].freeze
  SKIES = %w[sun fog drizzle rain snow].freeze

  def initialize(summary)
    @rows = summary["rows"]
    @months = summary["months"]
    @anomalies = summary["anomalies"]
  end

  # Each day a line from its lowest to its highest temperature, and a ring around what was out of the ordinary.
  def days
    @place = @rows.each_with_index.to_h { |row, index| [row["date"], 44 + (index * 944.0 / @rows.size)] }
    lines = @rows.map { |row| "M#{at(row)} #{y(row["temp_min"])}V#{y(row["temp_max"])}" }
    svg(1000, 320, "Lowest and highest temperature of each day", <<~SVG)
      <linearGradient id="heat" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="#{y(32)}" y2="#{y(-6)}">
        <stop offset="0" class="hot"/><stop offset=".4" class="mild"/><stop offset=".7" class="fresh"/><stop offset="1" class="cold"/>
      </linearGradient>
      #{scale(-10..40, 988, method(:y))}
      #{years}
      <path d="#{lines.join}" stroke="url(#heat)" fill="none"/>
      #{@anomalies.map { |anomaly| ring(anomaly) }.join("\n")}
    SVG
  end

  # The year as it normally is: bars from the mean low to the mean high of each month, and below them its rain.
  def year
    wettest = @months.map { |month| month["precipitation"] }.max
    bars = @months.map do |month|
      x = 58 + ((month["month"] - 1) * 35)
      range(month, x) + rain(month, x, month["precipitation"] / wettest * 56) + name_of(month, x + 10)
    end
    svg(480, 396, "Mean temperatures and rain of each month", scale(0..30, 472, method(:warmth)) + bars.join)
  end

  # How many days of each month were sunny, foggy, wet.
  def skies
    bars = @months.map do |month|
      x = 14 + ((month["month"] - 1) * 39)
      total = month["weather"].values.sum
      top = 10.0
      stack = SKIES.map do |sky|
        height = month["weather"].fetch(sky, 0) * 358.0 / total
        top += height
        rect(x, top - height, 30, height, sky, "#{sky}: #{(height / 3.58).round} % of the days")
      end
      stack.join + name_of(month, x + 15)
    end
    svg(480, 396, "Share of sunny, foggy and wet days in each month", bars.join)
  end

  private

  def svg(width, height, title, content)
    %(<svg viewBox="0 0 #{width} #{height}" role="img" aria-label="#{title}">#{content}</svg>)
  end

  # Where a temperature is in the chart of days (40 °C are at 10), and in the chart of the year (30 °C are).
  def y(celsius) = (10 + ((40 - celsius) * 5.8)).round(1)
  def warmth(celsius) = (10 + ((30 - celsius) * 9.2)).round(1)

  def at(row) = @place.fetch(row["date"]).round(1)

  def scale(range, right, height)
    range.step(10).map do |celsius|
      %(<path d="M44 #{height.call(celsius)}H#{right}" class="grid"/>) +
        %(<text x="38" y="#{height.call(celsius) + 4}" class="scale">#{celsius.to_s.sub("-", "−")}°</text>)
    end.join
  end

  def years
    @rows.select { |row| row["date"].end_with?("-01-01") }.map do |row|
      %(<path d="M#{at(row)} 10V300" class="grid"/><text x="#{at(row) + 6}" y="312">#{row["date"][0, 4]}</text>)
    end.join
  end

  def ring(anomaly)
    kind = anomaly["deviations"].positive? ? "warm" : "cool"
    %(<circle cx="#{at(anomaly)}" cy="#{y(anomaly["value"])}" r="5" class="#{kind}">) +
      %(<title>#{anomaly["date"]}: #{anomaly["value"]} °C, #{anomaly["what"]}</title></circle>)
  end

  def range(month, left)
    top = warmth(month["temp_max"])
    bar(left, top, warmth(month["temp_min"]) - top, "range", "#{month["temp_max"].round}°")
  end

  def rain(month, left, height) = bar(left, 372 - height, height, "rain", month["precipitation"].round)

  def bar(left, top, height, name, value)
    label = %(<text x="#{left + 10}" y="#{(top - 5).round(1)}" class="value">#{value}</text>)
    rect(left, top, 20, height, name) + label
  end

  def name_of(month, middle) = %(<text x="#{middle}" y="388" class="month">#{MONTHS[month["month"] - 1]}</text>)

  def rect(left, top, width, height, name, title = nil)
    note = "<title>#{title}</title>" if title
    %(<rect x="#{left}" y="#{top.round(1)}" width="#{width}" height="#{height.round(1)}" class="#{name}">#{note}</rect>)
  end
end
