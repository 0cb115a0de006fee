DROP TABLE window_closings;
