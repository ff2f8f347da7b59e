extension Language {
  /// A program that joins as the plugin `desk`, says what comes of what it asks for, and serves until `desk.leave` is
  /// called; then it leaves and ends with status 3.
  var attachedProgram: String {
    switch self {
    case .python:
      """
      import sys, threading, parley

      leaving = threading.Event()
      attachment = parley.attach()

      @parley.provide("desk.double")
      def double(x):
          return 2 * x

      @parley.provide("desk.hang")
      def hang():
          return parley.call("greeter.wait")

      @parley.provide("desk.leave")
      def leave():
          leaving.set()

      parley.on("greeter:*", lambda event: print("heard", event["n"], flush=True))
      parley.on_stop(lambda: print("stopping", flush=True))
      print("called", parley.call("greeter.hello", {"name": "desk"}), flush=True)
      print("emitted", parley.emit("desk:opened", {"by": "desk"}), flush=True)
      parley.call("greeter.ring", {"n": 7})
      print("serving", flush=True)
      leaving.wait()
      parley.detach()
      print("left", attachment.is_attached, flush=True)
      sys.exit(3)

      """
    case .ruby:
      """
      require "parley"
      $stdout.sync = true

      leaving = Queue.new
      attachment = Parley.attach
      provide("desk.double") { |x:| 2 * x }
      provide("desk.hang") { call("greeter.wait") }
      provide("desk.leave") { leaving << true; nil }
      on("greeter:*") { |event| puts "heard #{event["n"]}" }
      on_stop { puts "stopping" }
      puts "called #{call("greeter.hello", { name: "desk" })}"
      puts "emitted #{emit("desk:opened", { by: "desk" })}"
      call("greeter.ring", { n: 7 })
      puts "serving"
      leaving.pop
      Parley.detach
      puts "left #{attachment.attached?}"
      exit 3

      """
    case .node:
      """
      import { attach, call, emit, on, onStop, provide } from "parley";

      let leave;
      const leaving = new Promise((resolve) => { leave = resolve; });
      const attachment = await attach();
      await provide("desk.double", async ({ x }) => 2 * x).ready;
      await provide("desk.hang", () => call("greeter.wait")).ready;
      await provide("desk.leave", async () => { setImmediate(leave); return null; }).ready;
      await on("greeter:*", (event) => console.log(`heard ${event.n}`)).ready;
      onStop(() => console.log("stopping"));
      console.log(`called ${await call("greeter.hello", { name: "desk" })}`);
      console.log(`emitted ${await emit("desk:opened", { by: "desk" })}`);
      await call("greeter.ring", { n: 7 });
      console.log("serving");
      const patience = setInterval(() => {}, 1000);
      await leaving;
      clearInterval(patience);
      await attachment.detach();
      console.log(`left ${attachment.isAttached}`);
      process.exitCode = 3;

      """
    case .lua:
      """
      local parley = require "parley"
      io.stdout:setvbuf("line")

      parley.attach()
      parley.provide("desk.double", function(p) return 2 * p.x end)
      parley.provide("desk.hang", function() return parley.call("greeter.wait") end)
      parley.provide("desk.leave", function() parley.detach() return parley.null end)
      parley.on("greeter:*", function(event) print("heard " .. event.n) end)
      parley.on_stop(function() print("stopping") end)
      print("called " .. parley.call("greeter.hello", { name = "desk" }))
      print("emitted " .. parley.emit("desk:opened", { by = "desk" }))
      parley.call("greeter.ring", { n = 7 })
      print("serving")
      parley.serve()
      print("left")
      os.exit(3)

      """
    case .perl:
      """
      use v5.36;
      use Parley;
      $| = 1;

      attach;
      provide 'desk.double' => sub ($p) { 2 * $p->{x} };
      provide 'desk.hang'   => sub ($p) { call 'greeter.wait' };
      provide 'desk.leave'  => sub ($p) { detach; undef };
      on 'greeter:*' => sub ($event) { say "heard $event->{n}" };
      on_stop sub { say 'stopping' };
      say 'called ' . call('greeter.hello', { name => 'desk' });
      say 'emitted ' . emit('desk:opened', { by => 'desk' });
      call 'greeter.ring', { n => 7 };
      say 'serving';
      serve;
      say 'left';
      exit 3;

      """
    }
  }

  /// A program that joins and waits for an answer that never comes, and says how that ends.
  var waitingProgram: String {
    switch self {
    case .python:
      """
      import parley
      parley.attach()
      print("waiting", flush=True)
      try:
          parley.call("greeter.wait")
      except parley.Unavailable as error:
          print("unavailable:", error)

      """
    case .ruby:
      """
      require "parley"
      $stdout.sync = true
      Parley.attach
      puts "waiting"
      begin
        call("greeter.wait")
      rescue Parley::Unavailable => e
        puts "unavailable: #{e.message}"
      end

      """
    case .node:
      """
      import { attach, call, Unavailable } from "parley";
      await attach();
      console.log("waiting");
      await call("greeter.wait").catch((error) => {
        if (error instanceof Unavailable) console.log(`unavailable: ${error.message}`);
      });

      """
    case .lua:
      """
      local parley = require "parley"
      io.stdout:setvbuf("line")
      parley.attach()
      print("waiting")
      local ok, problem = pcall(parley.call, "greeter.wait")
      if not ok and parley.is_error(problem, "unavailable") then print("unavailable: " .. problem.message) end

      """
    case .perl:
      """
      use v5.36;
      use Parley;
      $| = 1;
      attach;
      say 'waiting';
      eval { call 'greeter.wait'; 1 } or $@->kind eq 'unavailable' and say 'unavailable: ' . $@->message;

      """
    }
  }
}
