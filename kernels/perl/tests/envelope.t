#!/usr/bin/perl
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Vectors;
use Parley::Envelope;

my $vectors = Vectors::load('envelope');

sub octets ($text) {
    utf8::encode($text);
    return $text;
}

for my $case ($vectors->{valid}->@*) {
    my $name    = $case->{name};
    my @four    = map { octets($case->{$_}) } qw(header parent_header metadata content);
    my @buffers = map { Vectors::unhex($_) } $case->{buffers}->@*;
    my @frames  = map { Vectors::unhex($_) } $case->{frames}->@*;
    shift @frames if defined $case->{topic};

    my @sealed = Parley::Envelope::seal(octets($case->{key}), @four, @buffers);
    is_deeply \@sealed, \@frames, "$name: sealed byte by byte";
    is $sealed[1], $case->{signature}, "$name: signature";

    my $message = Parley::Envelope::open_frames(\@frames, octets($case->{key}));
    is ref $message,    'HASH',   "$name: opened";
    is $message->{raw}, $four[0], "$name: the header's bytes are kept";
    my $header = JSON::PP->new->utf8->decode($four[0]);
    is $message->{id},   $header->{msg_id},   "$name: msg_id";
    is $message->{type}, $header->{msg_type}, "$name: msg_type";
    my $parent = JSON::PP->new->utf8->decode($four[1]);
    is Parley::Envelope::parent_id($message),   $parent->{msg_id}, "$name: parent";
    is ref Parley::Envelope::content($message), 'HASH',            "$name: content";
    is_deeply $message->{buffers} // [], \@buffers, "$name: buffers";
}

for my $case ($vectors->{invalid}->@*) {
    my $got = Parley::Envelope::open_frames([map { Vectors::unhex($_) } $case->{frames}->@*], $case->{key});
    is $got, $case->{error}, "refused: $case->{name}";
}

subtest 'a header is what Jupyter wants' => sub {
    my $header = JSON::PP->new->decode(Parley::Envelope::header('k-1', 'k', 'ping'));
    is_deeply [sort keys %$header], [qw(date msg_id msg_type session username version)];
    like $header->{date}, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z/;
};

subtest 'buffers come to their places' => sub {
    my ($case)  = grep { $_->{name} =~ /with buffers/ } $vectors->{valid}->@*;
    my $message = Parley::Envelope::open_frames([map { Vectors::unhex($_) } $case->{frames}->@*], $case->{key});
    my $value   = Parley::Envelope::content($message)->{value};
    is $value->{image}->octets,    "\x00\xff\x0a\x0d\x00";
    is $value->{parts}[0]->octets, q{};
};

done_testing;
