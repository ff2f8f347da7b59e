# frozen_string_literal: true

RULES = {
  "the name is empty" => ->(form) { form["name"].strip.empty? },
  "the address has no @" => ->(form) { !form["email"].include?("@") },
  "the message is empty" => ->(form) { form["message"].strip.empty? }
}.freeze

on("form:submitted") do |form|
  problems = RULES.select { |_, broken| broken.call(form) }.keys
  if problems.empty?
    emit("form:accepted", form)
  else
    emit("form:refused", { id: form["id"], problems: problems })
  end
end
