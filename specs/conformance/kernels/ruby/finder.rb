# frozen_string_literal: true

@found = []

on_start do
  @found = contributions("__plugin__.format")
rescue Parley::Error => e
  log("no point: #{e.outcome}")
end

on("service:available") { |event| log("saw #{event["method"]}") }

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.services") { |pattern:| services(pattern).map { |one| [one.method, one.plugin, one.available?] } }

provide("__plugin__.wait") do |method:, timeout:|
  wait_for(method, timeout:)
  "there"
rescue Parley::Error => e
  e.outcome
end

provide("__plugin__.offer") do
  provide("__plugin__.extra") { "extra" }
  nil
end

provide("__plugin__.contributed") { @found.map { |one| [one.id, one.plugin, one.data["title"]] } }

provide("__plugin__.render") do |params:|
  @found.map do |one|
    one.call("render", params)
  rescue Parley::Error => e
    e.outcome
  end
end

provide("__plugin__.draw") { |value:| ["__plugin__", value] }

provide("__plugin__.fail") { |value:| raise value.to_s }
