# frozen_string_literal: true

# `require "parley"` in a plugin's file: everything is there already, and outside of a kernel each function says so.
require_relative "parley/errors"
require_relative "parley/plugin"
require_relative "parley/services"
require_relative "parley/storage"
require_relative "parley/attaching"
