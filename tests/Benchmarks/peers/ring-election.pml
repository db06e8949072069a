/* Leader election on a ring of N processes with FIFO channels, by Chang and Roberts, with the identities in the worst order. The same steps as
   model/Classics/RingElection.cs: every step is one d_step. */

#ifndef N
#define N 6
#endif

#define ID (N - _pid)     /* decreasing in the direction of the messages */
#define IN channel[(_pid + N - 1) % N]
#define OUT channel[_pid]

/* A message is an identity, or that of the leader with N added to it. */
chan channel[N] = [N] of { byte };
byte known[N];            /* the leader as far as known; 0: not yet */
byte leaders;
hidden byte m;

#define AGREED (leaders <= 1 && (known[_pid] == 0 || known[_pid] == N))

active [N] proctype Process()
{
	d_step { OUT!ID };
end:	do
	:: d_step {
		IN?m ->
		if
		:: m > N -> known[_pid] = m - N
		:: m == ID -> known[_pid] = m; leaders++
		:: else
		fi;
		assert(AGREED);
		if
		:: m == ID -> OUT!m + N
		:: m != ID && m > ID && m != ID + N -> OUT!m
		:: else
		fi
	   }
	od
}
