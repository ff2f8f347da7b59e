use Parley;
package Boom { use overload q{""} => sub ($self, @) { return $self->{message} } }
die bless {message => q{not today}}, q{Boom};
