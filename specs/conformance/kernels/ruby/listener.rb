# frozen_string_literal: true

class Boom < StandardError; end

@notes = []

provide("__plugin__.echo") { |value: nil| value }

on("*:tick") do |event|
  @notes << { handler: 1, payload: event, event: context.event, emitter: context.emitter }
  raise Boom, "the first fails" if event["fail"]
end

on("*:tick") do |event|
  n = event["ask"] ? call(event["ask"], { value: event["n"] }) : event["n"]
  @notes << { handler: 2, n: }
end

provide("__plugin__.seen") { @notes.slice!(0..) }

def listen(pattern)
  @subscription = on(pattern) { |event| @notes << { handler: 3, n: event["n"] } }
  nil
end

provide("__plugin__.listen") { |pattern:| listen(pattern) }

provide("__plugin__.forget") do
  2.times { @subscription.dispose }
  nil
end

provide("__plugin__.listen_and_call") do |pattern:, method:, params:|
  listen(pattern)
  call(method, params)
end
