-- Peterson's filter lock for N processes. The same steps as model/Classics/FilterLock.cs.

const N: 5;

type
  process: 0..N - 1;
  height: 0..N - 1;
  place: enum { Idle, Raised, Waiting, Critical };

var
  at: array [process] of place;
  level: array [process] of height;
  last: array [height] of process; -- that of level 0 is not used

startstate
begin
  for p: process do
    at[p] := Idle;
    level[p] := 0;
  end;
  for l: height do
    last[l] := 0;
  end;
end;

ruleset p: process do
  rule "enter"
    at[p] = Idle
  ==>
  begin
    level[p] := 1;
    at[p] := Raised;
  end;

  rule "set last"
    at[p] = Raised
  ==>
  begin
    last[level[p]] := p;
    at[p] := Waiting;
  end;

  rule "wait"
    at[p] = Waiting & (last[level[p]] != p | !exists k: process do k != p & level[k] >= level[p] end)
  ==>
  begin
    if level[p] = N - 1 then
      at[p] := Critical;
    else
      level[p] := level[p] + 1;
      at[p] := Raised;
    end;
  end;

  rule "exit"
    at[p] = Critical
  ==>
  begin
    level[p] := 0;
    at[p] := Idle;
  end;
end;

invariant "MutualExclusion"
  forall p: process do
    at[p] = Critical -> forall q: process do q = p | at[q] != Critical end
  end;
