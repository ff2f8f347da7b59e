# frozen_string_literal: true

FIELDS = %w[ename frames nearest permission pointer path signal started cycle limit size reason retry_after].freeze

class Boom < StandardError; end

@journal = []

def described
  { "kind" => "ok", "value" => yield }
rescue Parley::Error => e
  { "kind" => e.outcome, "message" => e.message }.merge(e.details.slice(*FIELDS))
end

def next_call(route, params, timeout)
  first, *rest = route
  call(first, rest.empty? ? params : { route: rest, params: }, timeout:)
end

def in_sequence(calls)
  calls.map { |one| call(one["method"], one["params"]) }
end

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.relay") { |route:, params:, timeout: nil| next_call(route, params, timeout) }

provide("__plugin__.tidy") do |route:, params:, timeout: nil|
  next_call(route, params, timeout)
ensure
  log("tidied #{described { call("__plugin__.echo", { value: 1 }) }["kind"]}")
end

provide("__plugin__.sequence") { |calls:| in_sequence(calls) }

provide("__plugin__.fail") { |message:| raise Boom, message }

provide("__plugin__.fail_because") do |message:|
  raise Boom, "the root"
rescue Boom
  raise Boom, message
end

provide("__plugin__.catch") do |method:, params:, timeout: nil|
  described { call(method, params, timeout:) }
end

provide("__plugin__.catch_as") do |name:, method:, params:, timeout: nil|
  call(method, params, timeout:)
  "nothing was raised"
rescue Parley.const_get(name) => e
  "caught #{e.outcome}"
end

provide("__plugin__.strict") { |x:| x }

provide("__plugin__.context") do
  %i[plugin method caller depth tenant trace deadline].to_h { |name| [name, context.public_send(name)] }
end

MAKERS = {
  "nan" => -> { Float::NAN },
  "inf" => -> { Float::INFINITY },
  "-inf" => -> { -Float::INFINITY },
  "2^63" => -> { 2**63 },
  "function" => -> { -> {} },
  "cycle" => -> { [].tap { |list| list << list } },
  "broken_text" => -> { "a\xFFb" },
  "bad_key" => -> { { 1.5 => 1 } },
  "too_deep" => -> { 130.times.reduce([]) { |inner, _| [inner] } }
}.freeze

provide("__plugin__.make") { |what:| { rows: [1, MAKERS.fetch(what).call] } }

provide("__plugin__.send") { |method:, what:| described { call(method, { rows: [1, MAKERS.fetch(what).call] }) } }

provide("__plugin__.bytes") { |octets:| octets.pack("C*") }

provide("__plugin__.note") do |text:|
  @journal << text
  nil
end

provide("__plugin__.journal") { @journal.slice!(0..) }

provide("__plugin__.bracket") do |tag:, method:, params:|
  @journal << "<#{tag}"
  call(method, params)
  @journal << "#{tag}>"
  nil
end

def numbers(count)
  Enumerator.new do |items|
    done = false
    n = -1
    items << n while (n += 1) < count || count.negative?
    done = true
  ensure
    log("closed") unless done
  end
end

provide("__plugin__.numbers") { |count:| numbers(count) }

provide("__plugin__.yields_unasked") { numbers(3) }

provide("__plugin__.plain_as_stream") { 1 }

provide("__plugin__.failing_numbers") do |count:|
  Enumerator.new do |items|
    count.times { |n| items << n }
    raise Boom, "no more numbers"
  end
end

provide("__plugin__.replies") do |calls:|
  Enumerator.new { |items| calls.each { |one| items << call(one["method"], one["params"]) } }
end

provide("__plugin__.collect") do |method:, params:, limit: nil, between: nil|
  items = []
  stream(method, params).each do |item|
    items << item
    call(between["method"], between["params"]) if between
    break if items.size == limit
  end
  items
end

provide("__plugin__.advance") do |steps:|
  1.upto(steps) { |i| progress(i.fdiv(steps), i.to_s) }
  "done"
end

provide("__plugin__.watch") do |method:, params:|
  reports = []
  value = call(method, params, on_progress: ->(fraction, text) { reports << [fraction, text] })
  { value:, progress: reports }
end

provide("__plugin__.locked") { |name:, calls:| lock(name) { in_sequence(calls) } }

provide("__plugin__.speak") do |tag:, method:, params:|
  puts "#{tag} before"
  value = call(method, params)
  puts "#{tag} after"
  value
end

provide("__plugin__.spin") do
  puts "spinning"
  loop {}
end

provide("__plugin__.text") { |size:| "x" * size }

provide("__plugin__.oversize") { |size:| described { call("__plugin__.echo", { value: "x" * size }) } }

provide("__plugin__.emit") do |event:, payload:, times: 1|
  1.upto(times).map { |n| emit(event, payload.merge("n" => n)) }.last
end
