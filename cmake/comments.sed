# Empties the lines of a script or a style sheet that are comments and nothing else; all lines keep their numbers.
s,^ *//.*,,
s,^ */\*([^*]|\*+[^*/])*\*+/$,,
\,^ */\*([^*]|\*+[^*/])*\**$,,\,\*/$,s,.*,,
