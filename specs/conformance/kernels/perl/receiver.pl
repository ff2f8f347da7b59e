use Parley;

my @notes;

package Boom {
    sub throw ($class, $message) { die bless {message => $message}, $class }
}

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.seen' => sub ($p) { return [splice @notes] };

sub handle ($event) {
    my $attempt = context->attempt;
    my $first   = ref $event eq 'ARRAY' ? $event->[0] : $event;
    push @notes, ref $event eq 'ARRAY' ? {items => [map { $_->{n} } @$event]} : {n => $event->{n}, attempt => $attempt};
    for my $step (1 .. ($first->{steps} // 0)) {
        select undef, undef, undef, $first->{pause};
        progress $step / $first->{steps} if !$first->{silent};
    }
    push @notes, {then => call $first->{then}, {value => $first->{n}}} if $first->{then};
    nack $first->{nack}            if defined $first->{nack} && $attempt == 1;
    reject 'it is told to'         if ($first->{reject} // '') eq context->plugin;
    Boom->throw('it is told to')   if $attempt <= ($first->{fail} // 0);
    return;
}

provide '__plugin__.listen' => sub ($p) {
    on $p->{pattern}, \&handle, ($p->{shape} // {})->%*;
    return;
};
