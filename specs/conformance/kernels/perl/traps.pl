use Parley;

our $global = 'outside';

my %traps = (
    sort_block => sub ($ask) {
        my $result;
        my @sorted = sort { $result //= $ask->(); $a <=> $b } 3, 1, 2;
        return $result;
    },
    map_block    => sub ($ask) { return (map { $ask->() } 1)[0] },
    grep_block   => sub ($ask) { my $result; my @found = grep { $result = $ask->() } 1; return $result },
    substitution => sub ($ask) { return 'x' =~ s/x/$ask->()/er },
    regex_code   => sub ($ask) { my $result; 'x' =~ /x(?{ $result = $ask->() })/; return $result },
    under_local  => sub ($ask) {
        local $global = 'inside';
        my $result = $ask->();
        die 'local was lost' if $global ne 'inside';
        return $result;
    },
    local_underscore => sub ($ask) {
        my $result;
        for (1) { $result = $ask->(); die 'the topic was lost' if $_ ne 1 }
        return $result;
    },
    local_error => sub ($ask) {
        local $@ = 'kept';
        my $result = $ask->();
        die 'the error was lost' if $@ ne 'kept';
        return $result;
    },
    nested_eval => sub ($ask) {
        return eval {
            eval { $ask->(); 1 } or die;
            $ask->();
        };
    },
    string_eval => sub ($ask) { return eval q{$ask->()} },
    overloading => sub ($ask) {
        package Lazy { use overload q{""} => sub ($self, @) { return $self->[0]->() } }
        return q{} . bless [$ask], 'Lazy';
    },
    tied_hash => sub ($ask) {
        package Tied { sub TIEHASH ($class, $ask) { return bless [$ask], $class } sub FETCH ($self, $key) { return $self->[0]->() } }
        tie my %tied, 'Tied', $ask;
        return "$tied{x}";
    },
    destructor => sub ($ask) {
        my $result;
        {
            package Dropped { sub DESTROY ($self) { $self->[0]->() } }
            my $dropped = bless [sub { $result = $ask->() }], 'Dropped';
        }
        return $result // 'destructor';
    },
    autoload => sub ($ask) {
        package Auto { our $ask; sub AUTOLOAD { return our $AUTOLOAD =~ /DESTROY/ ? undef : $ask->() } }
        local $Auto::ask = $ask;
        return Auto->anything;
    },
    signal_handler => sub ($ask) {
        my $result;
        local $SIG{USR1} = sub { $result = $ask->() };
        kill USR1 => $$;
        return $result // $ask->();
    },
    alarm => sub ($ask) {
        local $SIG{ALRM} = sub { die "alarm\n" };
        alarm 5;
        my $result = $ask->();
        alarm 0;
        return $result;
    },
    required_file => sub ($ask) {
        unshift @INC, sub ($self, $name) { return $name eq 'Asked.pm' ? do { $ask->(); \'1;' } : undef };
        require Asked;
        shift @INC;
        delete $INC{'Asked.pm'};
        return $ask->();
    },
    sleep => sub ($ask) { select undef, undef, undef, 0.01; return $ask->() },
    last_out_of_a_sub => sub ($ask) {
        my $result;
        { no warnings; for (1) { $result = $ask->(); sub { last }->() } }
        return $result;
    },
);

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.spring' => sub ($p) {
    return scalar $traps{$p->{trap}}->(sub { return call $p->{method}, {value => $p->{trap}} });
};
