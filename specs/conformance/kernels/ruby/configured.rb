# frozen_string_literal: true

at_load = settings

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.settings") { settings }

provide("__plugin__.at_load") { at_load }

provide("__plugin__.leak") do
  log("logged #{settings["password"]}", password: settings["password"])
  puts "printed #{settings["password"]}"
end

provide("__plugin__.fail") { raise "failed with #{settings["password"]}" }
