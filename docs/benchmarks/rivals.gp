# Draws rivals.svg; publish.py runs it beside the data that it reads.
set terminal svg size 1080,460 dynamic font "sans-serif,14" background "#ffffff"
set encoding utf8
set title "CPU, C server = 1 (less is better; of 40 MB: both sides')" font ",16"
set style data histograms
set style histogram clustered gap 1.5
set style fill solid border rgb "#ffffff"
set border 3 linecolor rgb "#444444"
set tics nomirror textcolor rgb "#222222"
set xtics scale 0 font ",12"
set xrange [-0.6:works - 0.4]
set yrange [0:*]
set ytics autofreq
set bmargin 7
set ylabel "multiple of the C server's CPU" textcolor rgb "#222222"
set grid ytics linetype 1 linecolor rgb "#dddddd"
set key at screen 0.5, 0.07 center center horizontal maxrows 1 samplen 2
set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb "#222222" \
    linewidth 1.5 front
array colours[6] = ["#0b6e99", "#e07b39", "#6aa84f", "#8e6bbf", "#c94f7c", "#9a9a9a"]
plot for [i = 2:servers + 1] "rivals.dat" using i:xtic(1) \
    title columnheader(i) linecolor rgb colours[i - 1]
