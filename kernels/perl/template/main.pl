# What the plugin offers is declared in plugin.json; what is not declared is not allowed.
use Parley;

provide '{{name}}.greet' => sub ($params) {
    return "Hello, $params->{who}!";
};
