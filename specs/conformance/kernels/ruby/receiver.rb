# frozen_string_literal: true

class Boom < StandardError; end

@notes = []

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.seen") { @notes.slice!(0..) }

def handle(event)
  if event.is_a?(Array)
    @notes << { items: event.map { |item| item["n"] } }
    event = event.first
  else
    @notes << { n: event["n"], attempt: context.attempt }
  end
  1.upto(event.fetch("steps", 0)) do |step|
    sleep event["pause"]
    progress(step.fdiv(event["steps"])) unless event["silent"]
  end
  @notes << { then: call(event["then"], { value: event["n"] }) } if event["then"]
  raise Parley::Nack, delay: event["nack"] if event["nack"] && context.attempt == 1
  raise Parley::Reject, "it is told to" if event["reject"] == context.plugin
  raise Boom, "it is told to" if context.attempt <= event.fetch("fail", 0)
end

provide("__plugin__.listen") do |pattern:, shape: {}|
  on(pattern, **shape.to_h { |name, value| [name.to_sym, value.transform_keys(&:to_sym)] }) { |event| handle(event) }
  nil
end
