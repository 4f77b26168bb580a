/** What whoever has signed in may do at the console itself: have their requests passed on. Services decide about each. */
export const workHere = 'work-here';
