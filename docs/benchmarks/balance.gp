# Draws balance.svg; publish.py runs it beside the data that it reads.
set terminal svg size 1080,760 dynamic font "sans-serif,14" background "#ffffff"
set encoding utf8
set style data histograms
set style histogram clustered gap 1.5
set style fill solid border rgb "#ffffff"
set border 3 linecolor rgb "#444444"
set tics nomirror textcolor rgb "#222222"
set xtics scale 0
set xrange [-0.6:counts - 0.4]
set grid ytics linetype 1 linecolor rgb "#dddddd"
unset key
array colours[6] = ["#9a9a9a", "#c94f7c", "#e07b39", "#6aa84f", "#0b6e99", "#4bb3d8"]

set multiplot layout 2,2 margins 0.075,0.985,0.17,0.93 spacing 0.085,0.13

set ylabel "busiest thread, % of all bytes"
set yrange [0:105]
set title "Equal work: share of the busiest thread"
plot for [i = 2:servers + 1] "equal-busiest_share.dat" using i:xtic(1) \
    title columnheader(i) linecolor rgb colours[i - 1]
set title "Skewed work: share of the busiest thread"
plot for [i = 2:servers + 1] "skewed-busiest_share.dat" using i:xtic(1) \
    title columnheader(i) linecolor rgb colours[i - 1]

set ylabel "last after first, ms"
set yrange [0:*]
set title "Equal work: how long the last client went on"
plot for [i = 2:servers + 1] "equal-last_after_first_ms.dat" using i:xtic(1) \
    title columnheader(i) linecolor rgb colours[i - 1]
set title "Skewed work: the same, of the clients that send most"
plot for [i = 2:servers + 1] "skewed-last_after_first_ms.dat" using i:xtic(1) \
    title columnheader(i) linecolor rgb colours[i - 1]

# The legend has the whole width, so it is a plot of its own, of nothing.
set lmargin at screen 0.05
set rmargin at screen 0.95
set bmargin at screen 0.01
set tmargin at screen 0.10
unset title
unset border
unset tics
unset grid
unset xlabel
unset ylabel
set yrange [0:1]
set key center center horizontal samplen 2 width 2
plot for [i = 2:servers + 1] "equal-busiest_share.dat" using (NaN):xtic("") \
    title columnheader(i) linecolor rgb colours[i - 1]
unset multiplot
