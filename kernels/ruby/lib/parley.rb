# frozen_string_literal: true

# `require "parley"` in a plugin's file: everything is there already, and outside of a kernel each function says so.
require "parley/errors"
require "parley/plugin"
