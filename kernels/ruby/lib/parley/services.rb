# frozen_string_literal: true

require_relative "arguments"
require_relative "plugin"

module Parley
  # A method that the plugin may call.
  Service = Struct.new(:method, :plugin, :language, :stream, :available) do # rubocop:disable Lint/StructNewOverride -- what it is called everywhere
    # @!attribute [r] method
    #   @return [String] "service.method"
    # @!attribute [r] plugin
    #   @return [String] who provides it
    # @!attribute [r] language
    #   @return [String]
    # @!attribute [r] stream
    #   @return [Boolean] whether it is read with `stream`
    # @!attribute [r] available
    #   @return [Boolean] whether its provider has started and provides it now
    alias_method :stream?, :stream
    alias_method :available?, :available
  end

  # What one plugin contributes to an extension point of this one.
  class Contribution
    # @return [String]
    attr_reader :id, :plugin, :language
    # @return [Hash] what its manifest says of it, string keys
    attr_reader :data

    # @api private
    # @param content [Hash] as it stands in contributions_reply
    def initialize(point, content)
      @point = point
      @id, @plugin, @language = content.values_at("id", "plugin", "language")
      @methods = content["methods"] || {}
      @data = content["data"] || {}
    end

    # Calls one of the interface's methods in the contributor. One that fails raises here and leaves the others alone.
    # @param name [String, Symbol] in the point's interface
    # @param params [Hash]
    # @param timeout [Numeric, nil] seconds
    # @param on_progress [#call, nil] gets a fraction (or nil) and a message (or nil)
    # @return [Object] string keys
    # @raise [Error] one class for each outcome
    def call(name, params = {}, timeout: nil, on_progress: nil, **others)
      Arguments.braces(others, "call(#{name.inspect}, ")
      method = @methods[name.to_s] or raise NoProvider.new(
        "the contribution #{@id} of #{@plugin} to #{@point} has no method #{name}", nearest: @methods.keys
      )
      Parley.kernel!.requests.call(method, params, timeout:, on_progress:)
    end
  end

  # What there is to be called.
  module DSL
    # The methods that this plugin may call, by name.
    # @example
    #   services("tax.*").select(&:available?).map(&:plugin)
    # @param pattern [String, nil] of methods (+*+ is one segment, +**+ the rest); nil for all
    # @return [Array<Service>]
    def services(pattern = nil)
      content = { "pattern" => pattern&.to_s }.compact
      found = Parley.kernel!.ask("services_request", content, what: "services")
      found["services"].map { |one| Service.new(*one.values_at(*Service.members.map(&:name))) }
    end

    # Waits until a method can be called.
    # @example
    #   on_start { wait_for("tax.rate", timeout: 10) }
    # @param method [String]
    # @param timeout [Numeric, nil] seconds
    # @return [void]
    # @raise [Timeout, PermissionDenied, Cancelled]
    def wait_for(method, timeout: nil)
      metadata = { "timeout" => Arguments.timeout(timeout) }.compact
      Parley.kernel!.ask("service_wait", { "method" => method.to_s }, metadata:, what: "wait_for(#{method.inspect})")
      nil
    end

    # What other plugins contribute to an extension point that this plugin owns, in the order that the point declares.
    # They are there before its start handlers run.
    # @example
    #   contributions("editor.commands").each { |one| log(one.call("title"), plugin: one.plugin) }
    # @param point [String]
    # @return [Array<Contribution>]
    # @raise [PermissionDenied] when the point is another plugin's
    def contributions(point)
      found = Parley.kernel!.ask("contributions_request", { "point" => point.to_s },
                                 what: "contributions(#{point.inspect})")
      found["contributions"].map { |one| Contribution.new(point.to_s, one) }
    end
  end
end
