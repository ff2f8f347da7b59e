# frozen_string_literal: true

# What the plugin offers is declared in plugin.json; what is not declared is not allowed.
provide("{{name}}.greet") { |who:| "Hello, #{who}!" }
