use Parley;

my (@notes, $subscription);

package Boom {
    sub throw ($class, $message) { die bless {message => $message}, $class }
}

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

on '*:tick' => sub ($event) {
    my $context = context;
    push @notes, {handler => 1, payload => $event, event => $context->event, emitter => $context->emitter};
    Boom->throw('the first fails') if $event->{fail};
};

on '*:tick' => sub ($event) {
    my $n = $event->{n};
    $n = call $event->{ask}, {value => $n} if $event->{ask};
    push @notes, {handler => 2, n => $n};
};

provide '__plugin__.seen' => sub ($p) { return [splice @notes] };

sub listen_to ($pattern) {
    $subscription = on $pattern, sub ($event) { push @notes, {handler => 3, n => $event->{n}} };
    return;
}

provide '__plugin__.listen' => sub ($p) { return listen_to($p->{pattern}) };

provide '__plugin__.forget' => sub ($p) {
    $subscription->dispose for 1 .. 2;
    return;
};

provide '__plugin__.listen_and_call' => sub ($p) {
    listen_to($p->{pattern});
    return call $p->{method}, $p->{params};
};
