/** What whoever has signed in may do at the console itself: have their requests passed on. Services decide about each. */
export const workHere = 'work-here';

/** What a holder who has signed in may do at the portal: have their own requests passed on to identity. */
export const moveHere = 'move-here';
