use Parley;

my @fields = qw(ename frames nearest permission pointer path signal started cycle limit size reason retry_after);
my @journal;

package Boom {
    use overload q{""} => sub ($self, @) { return $self->{message} };
    sub cause ($self) { return $self->{cause} }
    sub throw ($class, $message, $cause = undef) { die bless {message => $message, cause => $cause}, $class }
}

sub described ($code) {
    my $value = eval { {value => $code->()} };
    return {kind => 'ok', %$value} if $value;
    my $error = $@;
    die $error if !(ref $error && $error isa Parley::Error);
    my %found = map { $_ => $error->$_ } @fields;
    delete @found{grep { !defined $found{$_} } @fields};
    return {kind => $error->kind, message => $error->message, %found};
}

sub next_call ($p) {
    my ($first, @rest) = $p->{route}->@*;
    my @timeout = defined $p->{timeout} ? (timeout => $p->{timeout}) : ();
    return call $first, (@rest ? {route => \@rest, params => $p->{params}} : $p->{params}), @timeout;
}

sub in_sequence ($calls) {
    my @results = map { scalar call $_->{method}, $_->{params} } @$calls;
    return \@results;
}

package Cleanup {
    sub new ($class, $code) { return bless {code => $code}, $class }
    sub DESTROY ($self) { $self->{code}->() }
}

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.relay' => sub ($p) { return next_call($p) };

provide '__plugin__.tidy' => sub ($p) {
    my $value = eval { {value => next_call($p)} };
    my $error = $@;
    log info => 'tidied ' . described(sub { return call '__plugin__.echo', {value => 1} })->{kind};
    die $error if !$value;
    return $value->{value};
};

provide '__plugin__.sequence' => sub ($p) { return in_sequence($p->{calls}) };

provide '__plugin__.fail' => sub ($p) { Boom->throw($p->{message}) };

provide '__plugin__.fail_because' => sub ($p) {
    eval { Boom->throw('the root') };
    Boom->throw($p->{message}, $@);
};

provide '__plugin__.catch' => sub ($p) {
    my @timeout = defined $p->{timeout} ? (timeout => $p->{timeout}) : ();
    return described(sub { return call $p->{method}, $p->{params}, @timeout });
};

provide '__plugin__.catch_as' => sub ($p) {
    my @timeout = defined $p->{timeout} ? (timeout => $p->{timeout}) : ();
    my $class   = "Parley::Error::$p->{name}";
    eval { call $p->{method}, $p->{params}, @timeout; 1 } and return 'nothing was raised';
    die $@ if !($@ isa $class);
    return 'caught ' . $@->kind;
};

provide '__plugin__.context' => sub ($p) {
    my $context = context;
    return {map { $_ => $context->$_ } qw(plugin method caller depth tenant trace deadline)};
};

my %makers = (
    'nan'         => sub { return 9**9**9 / 9**9**9 },
    'inf'         => sub { return 9**9**9 },
    '-inf'        => sub { return -9**9**9 },
    '2^63'        => sub { return 9_223_372_036_854_775_808 },
    'function'    => sub { return sub { } },
    'cycle'       => sub { my @cycle; push @cycle, \@cycle; return \@cycle },
    'broken_text' => sub { no warnings; return "a\x{d800}b" },
    'too_deep'    => sub { my $deep = []; $deep = [$deep] for 1 .. 130; return $deep },
);

sub made ($what) {
    my $maker = $makers{$what} // return;
    return {rows => [1, scalar $maker->()]};
}

provide '__plugin__.make' => sub ($p) { return made($p->{what}) // 'unmakeable' };

provide '__plugin__.send' => sub ($p) {
    my $params = made($p->{what}) // return 'unmakeable';
    return described(sub { return call $p->{method}, $params });
};

provide '__plugin__.bytes' => sub ($p) { return bytes pack 'C*', $p->{octets}->@* };

provide '__plugin__.note' => sub ($p) {
    push @journal, $p->{text};
    return;
};

provide '__plugin__.journal' => sub ($p) { return [splice @journal] };

provide '__plugin__.bracket' => sub ($p) {
    push @journal, "<$p->{tag}";
    call $p->{method}, $p->{params};
    push @journal, "$p->{tag}>";
    return;
};

sub numbers ($count) {
    my ($n, $done) = (0, 0);
    my $cleanup = Cleanup->new(sub { log info => 'closed' if !$done });
    return sub {
        return $n++ if $count < 0 || $n < $count;
        $done = 1;
        undef $cleanup;
        return;
    };
}

provide '__plugin__.numbers' => sub ($p) { return numbers($p->{count}) };

provide '__plugin__.yields_unasked' => sub ($p) {
    my $n = 0;
    return sub { return $n < 3 ? $n++ : undef };
};

provide '__plugin__.plain_as_stream' => sub ($p) { return 1 };

provide '__plugin__.failing_numbers' => sub ($p) {
    my $n = 0;
    return sub { return $n < $p->{count} ? $n++ : Boom->throw('no more numbers') };
};

provide '__plugin__.replies' => sub ($p) {
    my @calls = $p->{calls}->@*;
    return sub {
        my $one = shift @calls or return;
        return call $one->{method}, $one->{params};
    };
};

provide '__plugin__.collect' => sub ($p) {
    my @items;
    my $stream = stream $p->{method}, $p->{params};
    while (my ($item) = $stream->next) {
        push @items, $item;
        call $p->{between}{method}, $p->{between}{params} if $p->{between};
        last if defined $p->{limit} && @items == $p->{limit};
    }
    return \@items;
};

provide '__plugin__.advance' => sub ($p) {
    progress $_ / $p->{steps}, "$_" for 1 .. $p->{steps};
    return 'done';
};

provide '__plugin__.watch' => sub ($p) {
    my @progress;
    my $value = call $p->{method}, $p->{params}, on_progress => sub (@report) { push @progress, [@report] };
    return {value => $value, progress => \@progress};
};

provide '__plugin__.locked' => sub ($p) {
    return lock $p->{name}, sub { return in_sequence($p->{calls}) };
};

provide '__plugin__.speak' => sub ($p) {
    say "$p->{tag} before";
    my $value = call $p->{method}, $p->{params};
    say "$p->{tag} after";
    return $value;
};

provide '__plugin__.spin' => sub ($p) {
    say 'spinning';
    while (1) { }
};

provide '__plugin__.text' => sub ($p) { return 'x' x $p->{size} };

provide '__plugin__.oversize' => sub ($p) {
    return described(sub { return call '__plugin__.echo', {value => 'x' x $p->{size}} });
};

provide '__plugin__.emit' => sub ($p) {
    my $reached;
    $reached = emit $p->{event}, {$p->{payload}->%*, n => $_} for 1 .. $p->{times} // 1;
    return $reached;
};
