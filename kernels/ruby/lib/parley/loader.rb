# frozen_string_literal: true

module Parley
  # Runs a plugin's file, and brings RubyGems in when something first asks for it: it costs more time than all the rest.
  module Loader
    ASKS = %r{\Abundler(?:/|\z)}

    # Kernel#require, before RubyGems has its own.
    module Require
      def require(path)
        return super if Loader.gems?

        return Loader.found_gems { super } if path == "rubygems"

        Loader.load_gems if path.is_a?(String) && path.match?(ASKS)
        begin
          return super
        rescue LoadError => e
          # A file that was found and wants another one has already been retried itself.
          raise if Loader.gems? || e.path != path
        end
        # Outside of the rescue, so that a second failure does not have the first as its cause.
        Loader.load_gems
        super
      end

      private :require
    end

    # Kernel#gem, before RubyGems has its own.
    module ActivateGem
      def gem(...)
        Loader.load_gems
        ::Kernel.instance_method(:gem).bind_call(self, ...)
      end

      private :gem
    end

    class << self
      # Makes require look for gems when nothing else has the file.
      def install
        return if gems?

        Object.prepend(Require)
        Object.prepend(ActivateGem)
        Object.autoload(:Gem, "rubygems")
      end

      # @return [Boolean] whether RubyGems is there
      def gems?
        @gems ||= Object.autoload?(:Gem).nil? && Object.const_defined?(:Gem)
      end

      # RubyGems itself requires files that need not be there.
      def found_gems
        @gems = true
        yield
      end

      def load_gems
        require "rubygems" unless gems?
      end

      # Runs the file as Ruby runs a program: its folder is where it works and looks, `self` has the SDK.
      # @param plugin [Plugin]
      def run(plugin)
        Dir.chdir(plugin.folder)
        # Last, so that a plugin named json.rb does not take the place of Ruby's own.
        $LOAD_PATH.push(plugin.folder) unless $LOAD_PATH.include?(plugin.folder)
        require "bundler/setup" if ENV["BUNDLE_GEMFILE"]
        load(plugin.main)
        yield_to_own_methods
      end

      # The object at the top level of every file.
      def main
        TOPLEVEL_BINDING.receiver
      end

      private

      # A plugin that defines a log or a call of its own means that one.
      def yield_to_own_methods
        DSL.instance_methods(false).each do |name|
          next unless Object.private_method_defined?(name, false) || Object.method_defined?(name, false)

          main.define_singleton_method(name, Object.instance_method(name).bind(main))
        end
      end
    end
  end
end
