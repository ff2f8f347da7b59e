# frozen_string_literal: true

TRAPS = {
  enumerator_next: lambda do |call|
    numbers = Enumerator.new { |items| items << call.call }
    numbers.next
  end,
  enumerator_lazy: ->(call) { (1..Float::INFINITY).lazy.map { call.call }.first },
  external_enumerator_zip: ->(call) { [1].each.zip(Enumerator.new { |items| items << call.call }).dig(0, 1) },
  fiber: ->(call) { Fiber.new { call.call }.resume },
  mutex: ->(call) { Mutex.new.synchronize { call.call } },
  monitor: lambda do |call|
    require "monitor"
    Monitor.new.synchronize { call.call }
  end,
  thread: ->(call) { Thread.new { call.call }.value },
  sort_by: ->(call) { [2, 1].sort_by { call.call }.then { call.call } },
  default_proc: ->(call) { Hash.new { |hash, key| hash[key] = call.call }[:x] },
  method_missing: lambda do |call|
    Class.new { define_method(:method_missing) { |*| call.call } }.new.anything # rubocop:disable Style/MissingRespondToMissing
  end,
  string_format: ->(call) { Class.new { define_method(:to_s) { call.call } }.new.then { |one| "#{one}" } }, # rubocop:disable Style/RedundantInterpolation
  gsub: ->(call) { "x".gsub(/x/) { call.call } },
  inject: ->(call) { [1, 2].inject { call.call } },
  timeout: lambda do |call|
    require "timeout"
    Timeout.timeout(5) { call.call }
  end,
  at_ensure: lambda do |call|
    result = nil
    begin
      nil
    ensure
      result = call.call
    end
    result
  end,
  throw_and_catch: ->(call) { catch(:done) { throw :done, call.call } },
  sleep: lambda do |call|
    sleep 0.01
    call.call
  end,
  queue: lambda do |call|
    queue = Queue.new
    Thread.new { queue << call.call }
    queue.pop
  end,
  trace_point: lambda do |call|
    result = nil
    TracePoint.new(:call) { result ||= :seen }.enable { result = call.call }
    result
  end
}.freeze

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.spring") do |trap:, method:|
  TRAPS.fetch(trap.to_sym).call(-> { call(method, { value: trap }) })
end
