# frozen_string_literal: true

def attempt
  yield
rescue Parley::Error => e
  { error: e.outcome }
end

watches = []

provide("__plugin__.echo") { |value: nil| value }

provide("__plugin__.get") { |key:, fallback: nil| attempt { storage.get(key, fallback) } }

provide("__plugin__.entry") do |key:|
  found = storage.entry(key)
  found && [found.value, found.version]
end

provide("__plugin__.set") { |key:, value:| attempt { storage.set(key, value) } }

provide("__plugin__.delete") { |key:| attempt { storage.delete(key) } }

provide("__plugin__.list") { |prefix:| storage.list(prefix).map { |one| [one.key, one.value, one.version] } }

provide("__plugin__.swap") { |key:, value:, version:| storage.compare_and_set(key, value, version) }

provide("__plugin__.watch") do |prefix:|
  watches << storage.watch(prefix) do |change|
    if change.deleted?
      log("gone #{change.key}")
    else
      log("changed #{change.key}", value: change.value)
    end
  end
  nil
end

provide("__plugin__.unwatch") do
  watches.pop.dispose
  nil
end

provide("__plugin__.put") { |value:| storage.put_blob(value) }

provide("__plugin__.read") { |reference:| attempt { storage.get_blob(reference) } }
