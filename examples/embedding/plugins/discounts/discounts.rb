# frozen_string_literal: true

# A tenth off for those who come often, something for large baskets, and what the shop's sale takes off.
REGULARS = %w[Ada Grace].freeze

@sale = 0

on("sale:announced") { |sale| @sale = sale["percent"] / 100.0 }

provide("discounts.of") do |customer:, total:|
  regular = REGULARS.include?(customer) ? total * 0.1 : 0
  large = total > 50 ? 5.0 : 0
  regular + large + (total * @sale)
end
