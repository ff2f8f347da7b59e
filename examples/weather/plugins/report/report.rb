# frozen_string_literal: true

require "date"
require "erb"
require_relative "chart"

PAGE = ERB.new(File.read("page.html.erb", encoding: "UTF-8"), trim_mode: "-")
PAGE.filename = File.expand_path("page.html.erb") # for errors to say where they are

NAMES = { "temp_max" => "high", "temp_min" => "low", "precipitation" => "precipitation", "wind" => "wind" }.freeze
UNITS = { "temp_max" => "°C", "temp_min" => "°C", "precipitation" => "mm", "wind" => "m/s" }.freeze

# Four plugins in four languages work before stats.summary returns, and the last of them calls report.caption, below,
# while this block waits.
provide("report.render") do
  summary = call("stats.summary")
  alerts = call("alerts.list", { last: 1000 })
  PAGE.result_with_hash(summary:, alerts:, chart: Chart.new(summary))
end

provide("report.caption") { |alerts:| alerts.map { |alert| caption(alert) } }

def caption(alert)
  day = Date.iso8601(alert["date"]).strftime("%-d %B %Y")
  value = quantity(alert["measure"], alert["value"])
  usual = " where #{quantity(alert["measure"], alert["normal"])} is normal" if alert["normal"]
  "#{day}: #{alert["what"]}, #{NAMES.fetch(alert["measure"])} of #{value}#{usual}"
end

def quantity(measure, value) = "#{format("%.1f", value).sub("-", "−")} #{UNITS.fetch(measure)}"

def thousands(number) = number.to_s.gsub(/\d(?=(\d{3})+\z)/, "\\0,")
