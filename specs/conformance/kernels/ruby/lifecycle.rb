# frozen_string_literal: true

on_start { log("start 1") }
on_start { log("start 2") }
on_stop { log("stop 1") }
on_stop { log("stop 2") }

provide("__plugin__.echo") { |value: nil| value }
