"""Attribution: the recorded values that a forecast rests on."""
