/* Peterson's filter lock for N processes, 2 to 8. The same steps as model/Classics/FilterLock.cs: where a process is stands in its control
   location, and a step of several statements is one d_step. */

#ifndef N
#define N 5
#endif

byte level[N];   /* 0: idle */
byte last[N];    /* who came last to each level; that of level 0 is not used */
byte inside;     /* how many are in the critical section */

#define BELOW(k) (k == _pid || level[k] < level[_pid])

#if N > 2
#define BELOW2 && BELOW(2)
#else
#define BELOW2
#endif
#if N > 3
#define BELOW3 && BELOW(3)
#else
#define BELOW3
#endif
#if N > 4
#define BELOW4 && BELOW(4)
#else
#define BELOW4
#endif
#if N > 5
#define BELOW5 && BELOW(5)
#else
#define BELOW5
#endif
#if N > 6
#define BELOW6 && BELOW(6)
#else
#define BELOW6
#endif
#if N > 7
#define BELOW7 && BELOW(7)
#else
#define BELOW7
#endif

#define MAY_PASS (last[level[_pid]] != _pid || (BELOW(0) && BELOW(1) BELOW2 BELOW3 BELOW4 BELOW5 BELOW6 BELOW7))

active [N] proctype Process()
{
	do
	:: level[_pid] = 1;
	   do
	   :: last[level[_pid]] = _pid;
	      if
	      :: d_step { level[_pid] < N - 1 && MAY_PASS -> level[_pid]++ }
	      :: d_step { level[_pid] == N - 1 && MAY_PASS -> inside++; assert(inside == 1) };
	         d_step { inside--; level[_pid] = 0 };
	         break
	      fi
	   od
	od
}
