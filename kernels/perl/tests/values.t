#!/usr/bin/perl
use v5.36;
use utf8;
no warnings 'experimental::builtin';
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Math::BigInt;
use Test::More;
use Vectors;
use Parley::Values;

my $vectors = Vectors::load('values');

sub encode ($value) { return (Parley::Values::encode($value))[0] }
sub decode ($json)  { return Parley::Values::decode($json, 128) }

# An independent reading of JSON, with perl's own numbers, to compare by value.
sub reference ($json) { return JSON::PP->new->utf8->allow_nonref->max_depth(200)->decode($json) }

for my $case ($vectors->{faithful}->@*) {
    my $json = $case->{json};
    utf8::encode($json);
    my $value = decode($json);
    my $again = encode($value);
    is_deeply reference($again), reference($json), "$case->{name} survives";
    is encode(decode($again)), $again, "$case->{name} survives again" if ref $value ne 'HASH';
}

subtest 'kinds are kept' => sub {
    is encode(decode($_)), $_ for qw(null true false 0 42 "42" "" [] {} 0.1 5e-324 0.3333333333333333);
    is encode(decode($_)), $_ for qw(9007199254740993 9223372036854775807 -9223372036854775808 -1234567890123456789);
    is encode(decode('[1e21,1.5e300,-0.25]')), '[1e+21,1.5e+300,-0.25]';
    my $number = 42;
    my $text   = '42';
    my ($as_text, $as_number) = ("$number", $text + 0);
    is encode([$number, $text, $as_text, $as_number]), '[42,"42","42",42]';
    is encode([!!1, !!0, 1 == 1, JSON::PP::true(), \0]), '[true,false,true,true,false]';
    is encode(0.1 + 0.2), '0.30000000000000004', 'the shortest text that is the same float';
    is encode(1e15), '1e+15';
};

subtest 'floats are read to the last digit' => sub {
    srand 7;
    my $wrong = 0;
    for (1 .. 2000) {
        my $float = unpack 'd', pack 'Q', int(rand 2**32) * 2**32 + int rand 2**32;
        next if $float != $float || "$float" =~ /inf/i;
        my ($got) = decode(encode([$float]))->@*;
        $wrong++ if $got != $float;
    }
    is $wrong, 0;
    is_deeply decode('{"a":"1.5, [2.5","b":[1.5,"\\"3.5"]}'), {a => '1.5, [2.5', b => [1.5, '"3.5']},
        'text is left alone';
};

for my $case ($vectors->{bytes}->@*) {
    my $octets = Vectors::unhex($case->{hex});
    my ($json, $buffers, $paths)
        = Parley::Values::encode({image => Parley::Bytes->new($octets), parts => [1, Parley::Bytes->new($octets)]},
        'value');
    is_deeply reference($json), {image => undef, parts => [1, undef]}, "bytes, $case->{name}: null in the JSON";
    my %paths = map { join('/', $paths->[$_]->@*) => $buffers->[$_] } 0 .. $#$paths;
    is_deeply \%paths, {'value/image' => $octets, 'value/parts/1' => $octets}, "bytes, $case->{name}: in buffers";
    my $content = Parley::Values::restore_bytes({value => reference($json)}, $paths, $buffers);
    is $content->{value}{image}->octets, $octets, "bytes, $case->{name}: back again";
    is "$content->{value}{parts}[1]", $octets;
}

sub nested ($levels) {
    my $value = [];
    $value = [$value] for 2 .. $levels;
    return $value;
}

my $cycle = {};
$cycle->{self} = $cycle;
my %make = (
    nan                        => 9**9**9 / 9**9**9,
    inf                        => 9**9**9,
    '-inf'                     => -9**9**9,
    function                   => sub { },
    cycle                      => $cycle,
    'deep:129'                 => nested(129),
    broken_utf8                => "a\x{d800}b",
    bad_key                    => {"\x{dfff}" => 1},
    'int:9223372036854775808'  => 9223372036854775808,
    'int:-9223372036854775809' => Math::BigInt->new('-9223372036854775809'),
);

for my $case ($vectors->{unfaithful}->@*) {
    ok exists $make{$case->{make}}, "$case->{name} can be made";
    my $done = eval { encode({rows => [1, $make{$case->{make}}]}); 1 };
    ok !$done, "$case->{name} is refused";
    isa_ok $@, 'Parley::Error::NotSerializable';
    like $@->path, qr/\A\$\.rows\[1\]/, "... at $@->{path}" =~ s/(.{60}).*/$1.../r;
}
for my $other (\*STDOUT, qr/x/, \'text', bless({}, 'Some::Thing'), *STDOUT) {
    ok !eval { encode({'odd key' => $other}); 1 }, 'refused: ' . (ref $other || 'a glob');
    is $@->path, '$["odd key"]';
}
is encode(nested(128)), '[' x 128 . ']' x 128, '128 levels are fine';

for my $case ($vectors->{invalid}->@*) {
    ok !eval { decode(Vectors::unhex($case->{json_hex})); 1 }, "not read: $case->{name}";
}
ok !eval { decode($_); 1 }, "not read: $_"
    for '9223372036854775808', '[1,123456789012345678901]', '[1.5,' . '[' x 128 . ']' x 129, "\"\xed\xa0\x80\"",
    '{"a":1.}';

is Parley::Bytes->new("\x00\xff")->length, 2, 'bytes know their length';
ok !eval { Parley::Bytes->new("\x{263a}"); 1 }, 'text is no bytes';

done_testing;
