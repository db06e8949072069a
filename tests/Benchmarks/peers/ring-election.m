-- Leader election on a ring of N processes with FIFO channels, by Chang and Roberts, with the identities in the worst order. The same steps as
-- model/Classics/RingElection.cs.

const N: 6;

type
  process: 0..N - 1;
  slot: 0..N - 1;
  identity: 0..N;    -- 0: none
  message: 0..N + N; -- 0: none; an identity, or that of the leader with N added to it

var
  channel: array [process] of array [slot] of message; -- channel p goes from process p to process p + 1
  length: array [process] of 0..N;
  awake: array [process] of boolean;
  leader: array [process] of boolean;
  known: array [process] of identity; -- the leader as far as known

-- Decreasing in the direction of the messages.
function id(p: process): identity;
begin
  return N - p;
end;

function before(p: process): process;
begin
  return (p + N - 1) % N;
end;

procedure send(p: process; m: message);
begin
  channel[p][length[p]] := m;
  length[p] := length[p] + 1;
end;

procedure drop(p: process);
begin
  for s: slot do
    if s < N - 1 then
      channel[p][s] := channel[p][s + 1];
    end;
  end;
  channel[p][N - 1] := 0;
  length[p] := length[p] - 1;
end;

startstate
begin
  for p: process do
    for s: slot do
      channel[p][s] := 0;
    end;
    length[p] := 0;
    awake[p] := false;
    leader[p] := false;
    known[p] := 0;
  end;
end;

ruleset p: process do
  rule "wake"
    !awake[p]
  ==>
  begin
    awake[p] := true;
    send(p, id(p));
  end;

  rule "receive"
    awake[p] & length[before(p)] > 0
  ==>
  var
    m: message;
  begin
    m := channel[before(p)][0];
    drop(before(p));
    if m > N then
      known[p] := m - N;
      if m - N != id(p) then
        send(p, m);
      end;
    elsif m = id(p) then
      known[p] := m;
      leader[p] := true;
      send(p, m + N);
    elsif m > id(p) then
      send(p, m);
    end;
  end;
end;

invariant "OneLeader"
  forall p: process do
    leader[p] -> forall q: process do q = p | !leader[q] end
  end;

invariant "TheLargest"
  forall p: process do
    known[p] = 0 | known[p] = N
  end;
