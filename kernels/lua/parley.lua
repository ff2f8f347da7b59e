--- The SDK for a program that Parley did not start: `require "parley"` there finds this file, and `parley.attach()` joins.
--- In a plugin that Parley runs, `require "parley"` gives what its kernel has.

return require "parley.attaching"
