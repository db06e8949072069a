/* The test-and-set lock of model/Locks/LockModel.cs, N processes. */

#ifndef N
#define N 3
#endif

byte pc[N];      /* 0 idle, 1 wants the lock, 2 holds it */
bool taken;

active [N] proctype Process()
{
	do
	:: pc[_pid] = 1;
	   d_step { !taken -> taken = true; pc[_pid] = 2 };
	   d_step { taken = false; pc[_pid] = 0 }
	od
}
