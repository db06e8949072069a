/* Readers and writers, N processes. The same steps as model/Classics/ReadersWriters.cs: what a process does stands in its control location,
   and every step is one d_step. */

#ifndef N
#define N 8
#endif

byte readers;
byte writers;

#define EXCLUSIVE (writers == 0 || readers + writers == 1)

active [N] proctype Process()
{
	do
	:: d_step { writers == 0 -> readers++; assert(EXCLUSIVE) };
	   d_step { readers-- }
	:: d_step { writers == 0 && readers == 0 -> writers++; assert(EXCLUSIVE) };
	   d_step { writers-- }
	od
}
