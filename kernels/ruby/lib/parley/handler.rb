# frozen_string_literal: true

module Parley
  # The block of a provided method, and how the parameters of a call become its arguments.
  class Handler
    # @return [String]
    attr_reader :method

    # @param method [String]
    # @param block [#call]
    def initialize(method, block)
      @method = method
      @block = block
      parameters = block.respond_to?(:parameters) ? block.parameters : block.method(:call).parameters
      @keywords = {}
      parameters.each { |kind, name| @keywords[name.name] = name if %i[key keyreq].include?(kind) }
      @required = parameters.filter_map { |kind, name| name.name if kind == :keyreq }
      @any = parameters.any? { |kind, _| kind == :keyrest }
      @positional = parameters.any? { |kind, _| %i[req opt rest].include?(kind) }
      @by_keyword = @any || !@keywords.empty?
    end

    # @param params [Hash] string keys
    # @return [Hash, nil] the error object when they do not fit
    def refusal(params)
      return if @positional && !@by_keyword

      missing = @required.find { |name| !params.key?(name) }
      return misfit("#{@method} needs the parameter #{missing}", missing, missing, "nothing") if missing
      return if @any

      params.each_key { |name| return stranger(name) unless @keywords.key?(name) }
      nil
    end

    # @return [Object] what the block returns
    def call(params)
      if @any then @block.call(**params.transform_keys(&:to_sym))
      elsif @by_keyword then @block.call(**params.transform_keys(@keywords))
      elsif @positional then @block.call(params)
      else
        @block.call
      end
    end

    private

    def stranger(unknown)
      taken = @keywords.empty? ? "no parameters" : @keywords.keys.join(", ")
      misfit("#{@method} takes no parameter #{unknown}; it takes #{taken}", unknown, taken, unknown)
    end

    def misfit(message, name, expected, got)
      { "message" => message, "pointer" => "/#{name.gsub("~", "~0").gsub("/", "~1")}", "expected" => expected,
        "got" => got }
    end
  end
end
