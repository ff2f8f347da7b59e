# frozen_string_literal: true

class Own; end

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.exit") { exit(3) }

provide("__plugin__.close_output") do
  $stdout.close
  $stderr.close
  begin
    puts "into nowhere"
  rescue IOError
    nil
  end
  "still here"
end

provide("__plugin__.flood") do |lines:|
  lines.times { |i| puts "line #{i}" }
  lines
end

provide("__plugin__.fork") do
  child = fork do
    call("__plugin__.echo", { value: "from the child" })
  rescue StandardError
    exit!(7)
  end
  Process.wait(child)
  "parent"
end

provide("__plugin__.child") do
  system("echo from the child")
  "done"
end

provide("__plugin__.swallow") do |method:, params:|
  3.times do
    call(method, params)
  rescue Exception # rubocop:disable Lint/RescueException
    next
  end
  "swallowed"
end

provide("__plugin__.garbage") do |what:|
  case what
  when "function" then { a: -> {} }
  when "cycle" then {}.tap { |cycle| cycle[:a] = cycle }
  when "sdk" then Parley
  when "error" then { a: RuntimeError.new("x") }
  else { a: Own.new }
  end
end

provide("__plugin__.raise_odd") do |what:|
  case what
  when "nothing" then raise Class.new(StandardError), nil
  when "text" then raise "just text"
  when "table" then throw :nobody_catches, {}
  else raise Exception, "above the ordinary" # rubocop:disable Lint/RaiseException
  end
end

provide("__plugin__.patch") do
  JSON.singleton_class.define_method(:generate) { |*| raise "no JSON" } if defined?(JSON)
  [String, Hash, Array, Integer, NilClass].each { |type| type.define_method(:to_json) { |*| "broken" } }
  Kernel.define_method(:puts) { |*| raise "puts is gone" }
  Exception.define_method(:message) { raise "no message" }
  Exception.define_method(:backtrace) { "nonsense" }
  Exception.define_method(:to_s) { 42 }
  "patched"
end

def deeper(count) = 1 + deeper(count + 1)

provide("__plugin__.deep") { deeper(1) }
