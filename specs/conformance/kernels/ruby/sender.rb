# frozen_string_literal: true

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.send") do |event:, payloads:, options: {}|
  result = payloads.map { |payload| emit(event, payload, **options.transform_keys(&:to_sym)) }.last
  next result unless options["confirm"]

  told = { confirmed: result.confirmed?, outcomes: result.outcomes.transform_values { |outcome| outcome["outcome"] } }
  options["event_id"] ? { **told, duplicate: result.duplicate? } : told
end
