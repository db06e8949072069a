-- Readers and writers, N processes. The same steps as model/Classics/ReadersWriters.cs.

const N: 8;

type
  process: 1..N;
  place: enum { Idle, Reading, Writing };

var
  at: array [process] of place;
  readers: 0..N;
  writers: 0..N;

startstate
begin
  for p: process do
    at[p] := Idle;
  end;
  readers := 0;
  writers := 0;
end;

ruleset p: process do
  rule "start read"
    at[p] = Idle & writers = 0
  ==>
  begin
    readers := readers + 1;
    at[p] := Reading;
  end;

  rule "end read"
    at[p] = Reading
  ==>
  begin
    readers := readers - 1;
    at[p] := Idle;
  end;

  rule "start write"
    at[p] = Idle & writers = 0 & readers = 0
  ==>
  begin
    writers := writers + 1;
    at[p] := Writing;
  end;

  rule "end write"
    at[p] = Writing
  ==>
  begin
    writers := writers - 1;
    at[p] := Idle;
  end;
end;

invariant "WritersAreAlone"
  writers = 0 | readers + writers = 1;
