// What the plugin offers is declared in plugin.json; what is not declared is not allowed.
import { provide } from "parley";

provide("{{name}}.greet", async ({ who }) => `Hello, ${who}!`);
